/** The device's model (DTDL), which `model.json` beside this file describes (IoT Plug and Play). */
export const MODEL_ID = "dtmi:nightlight:device;1";
