import { UsageError } from '../../arguments.ts';
import type { DeviceKinds } from '../device-kind.ts';
import { HttpSender } from './http-sender.ts';

export const kinds: DeviceKinds = Object.freeze({
  http: {
    connector: 'http',
    what: 'a logger that posts readings to a host (--url, --token)',
    start: async ({ name: meter, read, everyMs, host, signal }) => {
      if (host.token === null)
        throw new UsageError('http: --token with a token of the scope ingest is needed');
      const { url, token } = host;
      const quantities = ['powerW', 'energyImportWh', 'energyExportWh'] as const;
      const sender = new HttpSender({
        url,
        token,
        form: 'json',
        meter,
        quantities,
        read,
        ...(signal && { signal }),
      });
      const send = () => {
        sender.measure(Date.now());
        return sender.send();
      };
      await send();
      signal?.throwIfAborted();
      if (sender.counts.confirmed === 0)
        throw new Error(
          sender.counts.refused > 0
            ? `the host at ${url} refused the first reading: is there an HTTP connector with the meter ${meter} at a site of this token?`
            : `the host at ${url} does not answer`,
        );
      const timer = setInterval(() => void send(), everyMs);
      return { where: `${meter} to ${url}`, close: async () => clearInterval(timer) };
    },
  },
});
