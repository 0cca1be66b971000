import { describeBroker } from "./describe-broker.js";
import { rabbitmq } from "./recipes/rabbitmq.js";

describeBroker("rabbitmq", rabbitmq);
