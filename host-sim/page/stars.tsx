/** A sky full of stars, the same each time. */
const STARS = Array.from({ length: 120 }, (_, index) => {
	const chance = (salt: number): number => {
		const value = Math.sin(index * 127.1 + salt * 311.7) * 43758.5453;
		return value - Math.floor(value);
	};
	return {
		x: `${(chance(1) * 100).toFixed(2)}%`,
		y: `${(chance(2) * chance(3) * 96 + 1).toFixed(2)}%`,
		radius: (0.4 + chance(4) ** 4 * 1.1).toFixed(2),
		opacity: (0.35 + chance(5) * 0.6).toFixed(2),
	};
});

const DRAWN = (
	<svg class="stars" aria-hidden="true">
		{STARS.map(({ x, y, radius, opacity }) => (
			<circle key={x + y} cx={x} cy={y} r={radius} opacity={opacity} fill="#fff" />
		))}
	</svg>
);

/** Stars, drawn once: CSS decides how well they are seen. */
export const Stars = () => DRAWN;
