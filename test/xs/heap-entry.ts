import { decodeUtf8, encodeUtf8 } from '#core/utf8.ts';
import { HeapSite, type HeapSiteOptions } from './heap-site.ts';

/** What is done to the site whose heap is measured, in this order. */
export type HeapCommand =
  | { readonly name: 'open'; readonly options: HeapSiteOptions }
  | { readonly name: 'run'; readonly seconds: number }
  | { readonly name: 'broker'; readonly isUp: boolean }
  | { readonly name: 'cut'; readonly times: number; readonly everyS: number }
  | { readonly name: 'scan'; readonly fromAddress: number; readonly toAddress: number }
  | { readonly name: 'drop' };

/** What it came to since it was opened. */
export interface HeapWork {
  readonly polls: number;
  readonly connects: number;
  readonly acknowledged: number;
  /** Meters that a scan found and named. */
  readonly named: number;
}

const held: { site?: HeapSite | undefined; gateway?: unknown } = {};

function obey(command: HeapCommand): HeapWork {
  const site = command.name === 'open' ? new HeapSite(command.options) : held.site;
  if (site === undefined) throw new Error('no site is open');
  switch (command.name) {
    case 'open':
      held.site = site;
      held.gateway = site.gateway;
      site.gateway?.start();
      break;
    case 'run':
      site.time.advance(command.seconds * 1000);
      break;
    case 'broker':
      site.setBroker(command.isUp);
      break;
    case 'cut':
      for (let left = command.times; left > 0; left--) {
        site.setBroker(true);
        site.time.advance(command.everyS * 1000);
      }
      break;
    case 'scan':
      site.scan(command.fromAddress, command.toAddress);
      break;
    case 'drop':
      held.gateway = undefined;
      site.drop();
      // What was on its way ends.
      site.time.advance(120_000);
  }
  const { polls, connects, acknowledged, named } = site;
  return { polls, connects, acknowledged, named };
}

Object.assign(globalThis, {
  held,
  handleCommand: (command: ArrayBuffer): ArrayBuffer => {
    const bytes = encodeUtf8(JSON.stringify(obey(JSON.parse(decodeUtf8(new Uint8Array(command)) ?? ''))));
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  },
});
