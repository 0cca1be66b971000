import { Component, type ComponentType } from "preact";

/** A view that is drawn again only when one of its properties is another than before, or its own state changed. */
export function pure<P extends object>(View: ComponentType<P>): ComponentType<P> {
	return class Pure extends Component<P> {
		override shouldComponentUpdate(next: P): boolean {
			const before = this.props as Readonly<Record<string, unknown>>;
			return Object.entries(next).some(([name, value]) => before[name] !== value);
		}

		override render() {
			return <View {...(this.props as P)} />;
		}
	};
}
