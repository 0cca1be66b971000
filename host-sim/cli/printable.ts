/** A line without what could steer a terminal: it may hold a stranger's text. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, "\ufffd");
