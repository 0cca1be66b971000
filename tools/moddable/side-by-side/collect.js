/* Collects garbage ten times a second: what the instruments then count is in use. */
import Debug from "debug";
import Timer from "timer";

export default function () {
	Timer.repeat(() => Debug.gc(), 100);
}
