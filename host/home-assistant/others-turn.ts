/** Lets the event loop get to whatever else is due: hundreds of meters take longer than anybody should wait. */
export const othersTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
