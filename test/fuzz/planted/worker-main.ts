import { serve } from "../worker.js";
import { PLANTED } from "./targets.js";

serve(PLANTED);
