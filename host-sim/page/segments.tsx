/** One of a few, as buttons side by side. */
export function Segments<T extends string | number>(props: {
	label: string;
	options: readonly (readonly [value: T, name: string])[];
	value: T | undefined;
	plain?: boolean;
	onChoose: (value: T) => void;
}) {
	return (
		<fieldset class={props.plain ? "seg plain" : "seg"} aria-label={props.label}>
			{props.options.map(([value, name]) => (
				<button
					key={value}
					type="button"
					aria-pressed={value === props.value}
					onClick={() => props.onChoose(value)}
				>
					{name}
				</button>
			))}
		</fieldset>
	);
}
