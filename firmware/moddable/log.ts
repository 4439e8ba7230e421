import type { Ports } from '../ports.ts';

/** To xsbug or xsbug-log where one is connected. */
export const traceLog: Ports['log'] = (level, text) => trace(`${level}: ${text}\n`);
