export { default } from "firmware/boards/lin/board";
