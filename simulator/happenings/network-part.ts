import type { TimePort } from '#ports';
import { startFlaps } from '../network/flaps.ts';
import { type NetworkFaults, noNetworkFaults } from '../network/network-faults.ts';
import type { TcpProxy } from '../network/tcp-proxy.ts';
import type { Undo } from './happening.ts';
import { Layers } from './layers.ts';
import { happening, type LabPart } from './part.ts';

export interface NetworkPartsOptions {
  readonly proxy: Pick<TcpProxy, 'setFaults' | 'cut' | 'halfOpen' | 'open' | 'counts' | 'traffic' | 'faults'>;
  /** The clock of flaps. */
  readonly time: TimePort;
}

/**
 * The way to the broker, and the broker as gateways see it: where it is part of the host, what is wrong with it alone
 * can be seen nowhere but from outside.
 */
export function networkParts({ proxy, time }: NetworkPartsOptions): readonly LabPart[] {
  const wrong = { way: noNetworkFaults, broker: noNetworkFaults };
  const show = () => proxy.setFaults(together(wrong.way, wrong.broker));
  const layersOf = (place: keyof typeof wrong) =>
    new Layers<NetworkFaults>(noNetworkFaults, whole => {
      wrong[place] = whole;
      show();
    });
  const wayLayers = layersOf('way');
  const brokerLayers = layersOf('broker');
  const lay = (faults: Partial<NetworkFaults>): Undo => wayLayers.lay(faults);
  const layBroker = (faults: Partial<NetworkFaults>): Undo => brokerLayers.lay(faults);
  const network: LabPart = {
    id: 'network',
    kind: 'network',
    name: 'Network',
    about: 'the way between gateway and broker',
    happenings: [
      happening('network.delay', values =>
        lay({ delayMs: values['delay-ms'], jitterMs: values['jitter-ms'] }),
      ),
      happening('network.loss', ({ share }) => lay({ lossShare: share })),
      happening('network.bandwidth', values => lay({ bytesPerS: values['bytes-per-s'] })),
      happening('network.flap', values => {
        let undo = () => {};
        const stop = startFlaps(
          {
            setFaults: faults => {
              undo();
              undo = faults.passage === 'refused' ? once(lay(faults)) : () => {};
            },
          },
          { time, upMs: values['up-s'] * 1000, downMs: values['down-s'] * 1000, seed: values.seed },
        );
        return stop;
      }),
      happening('network.half-open', () => {
        proxy.halfOpen();
        return () => {};
      }),
      happening('network.down', () => lay({ passage: 'stalled' })),
    ],
    figures: () => {
      const { up, down, lostSegments, swallowed } = proxy.traffic;
      return [
        { name: 'connections', value: proxy.open },
        { name: 'bytesUp', value: up },
        { name: 'bytesDown', value: down },
        { name: 'lostSegments', value: lostSegments },
        { name: 'swallowed', value: swallowed },
      ];
    },
  };
  const broker: LabPart = {
    id: 'broker',
    kind: 'broker',
    name: 'Broker',
    about: 'in the host; here it goes wrong as gateways see it',
    happenings: [
      happening('broker.stop', () => layBroker({ passage: 'refused' })),
      happening('broker.kill', () => {
        if (wrong.way.passage === 'open') proxy.cut('reset');
        return layBroker({ passage: 'refused' });
      }),
      // What is asked and what is answered each take half of it.
      happening('broker.slow', values => layBroker({ delayMs: values['delay-ms'] / 2 })),
      happening('broker.half-open', () => layBroker({ passage: 'deaf' })),
    ],
    figures: () => [
      { name: 'connectionsSoFar', value: proxy.counts.connections },
      { name: 'refused', value: proxy.counts.refused },
    ],
  };
  return [network, broker];
}

/** Of a broker nothing is seen while nothing passes on the way to it. */
const together = (way: NetworkFaults, broker: NetworkFaults): NetworkFaults => ({
  ...way,
  delayMs: way.delayMs + broker.delayMs,
  passage: way.passage === 'open' ? broker.passage : way.passage,
});

const once = (undo: () => unknown) => (): void => void undo();
