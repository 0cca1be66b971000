import { describeBroker } from "./describe-broker.js";
import { nats } from "./recipes/nats.js";

describeBroker("nats", nats);
