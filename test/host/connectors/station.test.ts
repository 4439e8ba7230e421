import { expect, it } from 'vitest';
import { NamedWindows } from '#app/named-windows.ts';
import { NotTakenNow } from '../../../host/connectors/connector.ts';
import { Station } from '../../../host/connectors/station.ts';
import { nodeRandom } from '../../../simulator/gateway/random.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

it('who handed over records of a journal of its own is asked to send them again where a source is stopped meanwhile', async () => {
  const station = new Station({
    id: 'barn',
    kind: 'joulegate',
    firmware: '0',
    time: new VirtualTime({ wallMs: Date.UTC(2026, 5, 1, 12) }),
    random: nodeRandom,
    deliver: () => {},
    named: new NamedWindows(),
    storedUntilMs: () => 0,
  });
  station.start();
  const handed = station.hand(new Uint8Array(0), '00000000000000aa', 1, 10_000);
  station.stop();
  await expect(handed).rejects.toBeInstanceOf(NotTakenNow);
  await expect(station.hand(new Uint8Array(0), '00000000000000aa', 1, 10_000)).rejects.toBeInstanceOf(
    NotTakenNow,
  );
});
