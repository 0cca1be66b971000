import { describeBroker } from "./describe-broker.js";
import { mosquitto } from "./recipes/mosquitto.js";

describeBroker("mosquitto", mosquitto);
