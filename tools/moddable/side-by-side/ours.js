/* The firmware as it is, its garbage collected often. */
import collect from "collect";
import main from "firmware/main";

export default function () {
	collect();
	main();
}
