export { default } from "firmware/boards/esp32/board";
