import { useEffect, useRef, useState } from "preact/hooks";
import { Bar } from "./bar.js";
import { unlock } from "./unlock.js";

/** Asks for the page's key. `onOpen` is called once it was given. */
export function KeyForm({ onOpen }: { onOpen: () => void }) {
	const field = useRef<HTMLInputElement>(null);
	const [problem, setProblem] = useState<string>();
	useEffect(() => field.current?.focus(), []);
	const give = async (event: Event): Promise<void> => {
		event.preventDefault();
		// The same problem again is announced again.
		setProblem(undefined);
		const reason = await unlock(field.current?.value ?? "");
		if (reason === undefined) return onOpen();
		setProblem(reason);
		field.current?.select();
	};
	return (
		<div class="all">
			<Bar count={0} view="all" />
			<main class="pad lock">
				<form onSubmit={give}>
					<h2>This page asks for its key</h2>
					<p class="soft" id="key-place">
						It is in the terminal that serves the page, beneath the address. Capitals, spaces and hyphens make
						no difference.
					</p>
					<label for="key-text">Key</label>
					<div class="give">
						<input
							id="key-text"
							ref={field}
							class="mono"
							required
							maxLength={400}
							autocomplete="off"
							autocapitalize="none"
							autocorrect="off"
							spellcheck={false}
							enterkeyhint="go"
							aria-invalid={problem !== undefined}
							aria-describedby="key-problem key-place"
						/>
						<button type="submit" class="button">
							Open
						</button>
					</div>
					<p id="key-problem" class="problem" role="alert">
						{problem}
					</p>
				</form>
			</main>
		</div>
	);
}
