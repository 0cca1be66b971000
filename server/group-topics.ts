/** The orders of all groups of the rule file. */
export const GROUP_ORDERS = "groups/+/orders";

/** Where the devices of a group take commands, as their configuration has it (`groups`). */
export const groupCommandsOf = (group: string): string => `groups/${group}/commands`;

/** Where programs order what each device of a group is to do. */
export const groupOrdersOf = (group: string): string => `groups/${group}/orders`;

/** Where the server says that it has such an order. */
export const groupResponsesOf = (group: string): string => `groups/${group}/responses`;

const ORDERS = /^groups\/([A-Za-z0-9._-]{1,64})\/orders$/;

/** Which group a topic orders; `undefined` if it orders none. */
export const orderedGroup = (topic: string): string | undefined => ORDERS.exec(topic)?.[1];
