import fc from "fast-check";

/** The same inputs in each run, so that a failure is one of the change; SEED=… tries others. */
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20_141_029) });
