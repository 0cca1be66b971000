import fc from "fast-check";

/** That a mutant is caught is enough; which input is the shortest to show it is not asked. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
