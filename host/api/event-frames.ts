import type { HostEvent } from '../events.ts';
import type {
  Alarm,
  AlarmNews,
  CommittedEvent,
  GatewayEvent,
  LiveEvent,
  RolloutEvent,
  SiteEvent,
} from './contract.ts';

export type LineEvent = Extract<HostEvent, { type: 'diagnosis' | 'trace' | 'scan' | 'probe' }>;

/** What goes to whoever looks at the whole; what became of a command goes to the one who asked. */
export type SharedEvent = Exclude<HostEvent, LineEvent | { type: 'result' }>;

export const isOfLine = (event: HostEvent): event is LineEvent =>
  event.type === 'diagnosis' || event.type === 'trace' || event.type === 'scan' || event.type === 'probe';

/** What somebody may see. */
export interface Sight {
  /** What is of the host itself. */
  host(): boolean;
  gateway(gateway: string): boolean;
  meter(gateway: string, meter: string): boolean;
  site(site: string): boolean;
  rollout(rollout: string): boolean;
}

/**
 * An event as browsers read it, as far as somebody may see it; none where they may not. With an `id` a browser that comes
 * back says up to where it has heard.
 */
export function framesOf(event: SharedEvent, sight: Sight, id?: string): string[] {
  switch (event.type) {
    case 'live': {
      const { gateway } = event;
      return Object.entries(event.meters)
        .filter(([meter]) => sight.meter(gateway, meter))
        .map(([meter, { atMs, values }]) =>
          frame('live', { meter: `${gateway}.${meter}`, atMs, values } satisfies LiveEvent),
        );
    }
    case 'gateway': {
      const { gateway } = event;
      return sight.gateway(gateway) ? [frame('gateway', { gateway } satisfies GatewayEvent, id)] : [];
    }
    case 'committed': {
      const { gateway, toMs } = event;
      const seen = event.meters.filter(meter => sight.meter(gateway, meter));
      const meters = seen.map(meter => `${gateway}.${meter}`);
      return seen.length > 0
        ? [frame('committed', { gateway, meters, toMs } satisfies CommittedEvent, id)]
        : [];
    }
    case 'site': {
      const { site, version } = event;
      return sight.site(site) ? [frame('site', { site, version } satisfies SiteEvent, id)] : [];
    }
    case 'rollout': {
      const { rollout } = event;
      return sight.rollout(rollout) ? [frame('rollout', { rollout } satisfies RolloutEvent, id)] : [];
    }
    case 'alarm': {
      const { type, ...alarm } = event;
      return sight.meter(alarm.gateway, alarm.meter) ? [frame(type, alarm satisfies Alarm, id)] : [];
    }
    case 'alarmEvent': {
      const key = event.meter === '' ? event.gateway : `${event.gateway}.${event.meter}`;
      const news = { id: event.id, meter: key, severity: event.severity } satisfies AlarmNews;
      const isSeen =
        key === '' ? sight.host() : (event.meters ?? [key]).every(each => seesPlace(sight, each));
      return isSeen ? [frame('alarmEvent', news, id)] : [];
    }
  }
}

/** Of `gateway.meter`, or of a gateway as a whole. */
function seesPlace(sight: Sight, key: string): boolean {
  const [gateway = '', meter] = key.split('.');
  return meter === undefined ? sight.gateway(gateway) : sight.meter(gateway, meter);
}

/** What a gateway tells of a line. */
export const lineFrame = ({ type, gateway }: LineEvent, told: object): string =>
  frame(type, { gateway, ...told });

export const frame = (name: string, data: object, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
