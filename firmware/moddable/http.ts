import type { HttpPort, TimePort } from '../ports.ts';
import { httpOver } from './http-exchange.ts';
import { resolve } from './resolve.ts';
import { openTcp } from './tcp-link.ts';

/** HTTP by the SDK's sockets. `host`: the machine of the broker, where `:port/path` is. */
export const moddableHttp = (time: TimePort, host: () => string | undefined): HttpPort =>
  httpOver({
    time,
    host,
    resolve,
    open: (address, port, handlers) => openTcp(address, port, time, handlers),
  });
