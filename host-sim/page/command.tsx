import { useRef, useState } from "preact/hooks";
import { act } from "./act.js";

/** Sends to the device what is typed, as it is: what is wrong with it, the device says in the ladder. */
export function Command({ device }: { device: string }) {
	const field = useRef<HTMLInputElement>(null);
	const [problem, setProblem] = useState<string>();
	const send = async (event: Event): Promise<void> => {
		event.preventDefault();
		// What is in the field now: what was drawn last may be a key behind.
		setProblem(await act({ act: "command", device, text: field.current?.value ?? "" }));
	};
	return (
		<form class="send" onSubmit={send}>
			<label for="command-text">Command</label>
			<input
				id="command-text"
				ref={field}
				defaultValue='{"led_on": true}'
				spellcheck={false}
				autocomplete="off"
				aria-invalid={problem !== undefined}
				aria-describedby="command-problem"
			/>
			<button type="submit" class="button">
				Send
			</button>
			<p id="command-problem" class="problem" role="alert">
				{problem}
			</p>
		</form>
	);
}
