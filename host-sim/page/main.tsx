import { options, render } from "preact";
import { App } from "./app.js";

// Pushes come faster than frames: what changed is drawn once a frame, and not at all while nobody looks.
options.debounceRendering = requestAnimationFrame;

const root = document.querySelector(".root");
if (root !== null) render(<App />, root);
