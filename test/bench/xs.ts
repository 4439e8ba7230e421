import { costsOf } from '../xs/costs.ts';
import { whyNoEngine } from '../xs/engine-build.ts';
import { Session } from '../xs/session.ts';

/** What the firmware costs on the XS engine: slots and byte codes, the same on every machine. */
export async function bench(): Promise<Record<string, number>> {
  const why = whyNoEngine();
  if (why !== undefined)
    throw new Error(`the XS engine cannot be compiled here: ${why}; install make and a C compiler`);
  console.log('preparing the XS engine (the first time it is compiled, which takes about a minute)');
  const xs = await Session.open();
  try {
    return { ...(await costsOf(xs)) };
  } finally {
    xs.close();
  }
}
