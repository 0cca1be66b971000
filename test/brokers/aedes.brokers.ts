import { describeBroker } from "./describe-broker.js";
import { aedes } from "./recipes/aedes.js";

describeBroker("aedes", aedes);
