import { TARGETS } from "./targets/index.js";
import { serve } from "./worker.js";

serve(TARGETS);
