/**
 * The Wio Terminal's pins, by the numbers that its Arduino core gives them: the LED on the right Grove
 * socket (D0), the light sensor in its back, and what else can be an analog input (A1 to A8 of the header).
 */
const pins = Object.freeze({ led: 0, light: 27, A1: 1, A2: 2, A3: 3, A4: 4, A5: 5, A6: 6, A7: 7, A8: 8 });
export default pins;
