import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { columnsText } from '../export/columns.ts';
import { type ExportStreamOptions, exportFile, exportText } from '../export/export-stream.ts';
import { exportFileName } from '../export/file-name.ts';
import { ExportTooLarge, exportLimits } from '../export/limits.ts';
import { localClock } from '../export/local-time.ts';
import { hostLimits } from '../limits.ts';
import { faultText } from '../logging/fault-text.ts';
import type { ExportSelection } from '../store/export-selection.ts';
import type { ExportForm } from '../store/export-types.ts';
import type { ApiCounters } from './api-counters.ts';
import { ExportFile, ExportQuery, ExportTotalsQuery } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { selectedMeters, selectedSeries } from './export-keys.ts';
import { accessOf } from './guard.ts';
import { assertRange } from './ranges.ts';
import { sees, visibleTo } from './route-access.ts';
import type { Api, ApiParts } from './routes.ts';

const contentTypes = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
} as const satisfies Record<ExportForm, string>;

export function exportRoutes(api: Api, parts: ApiParts, counters: ApiCounters): void {
  const { auth, fleet, sites, store, settings } = parts;
  const desk = new Desk(parts, counters);
  // Before the server waits for its connections to end: a slow reader would hold it up.
  api.addHook('preClose', async () => desk.close());
  /** Until it ends: rights may go, and gateways to other sites, while it is sent. */
  const sightOf = (request: FastifyRequest, keys: readonly string[]) => {
    const access = accessOf(request);
    // Asked for each piece that is sent, so once for a meter and not for each of its series.
    const meters = [...new Set(keys.map(key => key.split('.', 2).join('.')))].map(key => key.split('.'));
    return () => {
      const now = auth.accessNow(access);
      return now !== undefined && meters.every(([gateway = '', meter]) => sees(now, sites, gateway, meter));
    };
  };
  const clock = localClock(settings.zone);
  const nameOf = (key: string) => {
    const dot = key.indexOf('.');
    const meters = fleet.gateway(key.slice(0, dot))?.about?.meters;
    const own = meters?.find(({ id }) => id === key.slice(dot + 1))?.name;
    return sites.meter(key)?.name ?? own ?? '';
  };
  const tags = ['export'];

  api.get(
    '/api/v1/exports/readings',
    {
      config: { access: { role: 'viewer', of: 'series', in: 'query.series' } },
      // A HEAD would make all of it for nothing.
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: 'Series over a range as CSV, JSON lines or Parquet, streamed',
        description: `One row for each window or bucket, series by series in order of time. \`resolution=windows\`, as they were measured:\n${columnsText('windows')}\n\nBuckets, as charts show them:\n${columnsText('buckets')}`,
        querystring: ExportQuery,
        response: { 200: ExportFile },
      },
    },
    async (request, reply) => {
      const { query } = request;
      assertRange(query);
      const { from: fromMs, to: toMs, form = 'csv', resolution = 'windows' } = query;
      const series = selectedSeries(store, query.series, visibleTo(accessOf(request), sites, query.site));
      const name = exportFileName(clock, { fromMs, toMs, what: resolution, form });
      const selection = { form, fromMs, toMs, nameOf, of: { series, resolution } };
      return desk.serve(selection, name, reply, sightOf(request, series));
    },
  );

  api.get(
    '/api/v1/exports/totals',
    {
      config: { access: { role: 'viewer', of: 'meter', in: 'query.meters' } },
      exposeHeadRoute: false,
      schema: {
        tags,
        summary:
          "Energy of meters by the periods of the site's calendar as CSV, JSON lines or Parquet, streamed",
        description: columnsText('totals'),
        querystring: ExportTotalsQuery,
        response: { 200: ExportFile },
      },
    },
    async (request, reply) => {
      const { query } = request;
      assertRange(query);
      const { from: fromMs, to: toMs, form = 'csv', period } = query;
      const meters = selectedMeters(store, query.meters, visibleTo(accessOf(request), sites, query.site));
      const name = exportFileName(clock, { fromMs, toMs, what: `energy-${period}`, form });
      const selection = { form, fromMs, toMs, nameOf, of: { meters, period } };
      return desk.serve(selection, name, reply, sightOf(request, meters));
    },
  );
}

/** Where exports are handed out: a few at once, each until it is whole or its reader is gone. */
class Desk {
  readonly #parts: Pick<ApiParts, 'store' | 'log'>;
  readonly #counters: ApiCounters;
  readonly #streams = new Set<Readable>();

  constructor(parts: Pick<ApiParts, 'store' | 'log'>, counters: ApiCounters) {
    this.#parts = parts;
    this.#counters = counters;
  }

  async serve(
    selection: ExportSelection,
    name: string,
    reply: FastifyReply,
    maySee: () => boolean,
  ): Promise<FastifyReply> {
    if (this.#counters.exports >= hostLimits.exports.most) {
      this.#counters.exportsRefused++;
      throw new ApiFailure('export.full', { retryAfterS: 10 });
    }
    this.#counters.exports++;
    try {
      const stream = await this.#open(selection, reply, maySee);
      if (stream === undefined) {
        this.#counters.exports--;
        this.#counters.exportsBroken++;
        return reply.hijack();
      }
      this.#streams.add(stream);
      return reply
        .type(contentTypes[selection.form])
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('cache-control', 'no-store')
        .send(stream);
    } catch (error) {
      this.#counters.exports--;
      if (!(error instanceof ExportTooLarge)) throw error;
      throw new ApiFailure('export.tooLarge', { message: `${error.message}.`, field: 'to' });
    }
  }

  close(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  /** Undefined where the reader left before there was anything to send. */
  async #open(
    selection: ExportSelection,
    reply: FastifyReply,
    maySee: () => boolean,
  ): Promise<Readable | undefined> {
    const pieces = await this.#parts.store.exported(selection);
    // A reader that leaves while the file is made is nobody to make it for.
    const left = () => void pieces.end().catch(() => {});
    reply.raw.once('close', left);
    try {
      const file = selection.form === 'parquet' ? await pieces.file() : undefined;
      if (reply.raw.destroyed) {
        left();
        return undefined;
      }
      if (!maySee()) throw new ApiFailure('access.role', { message: 'What you may see has changed.' });
      if (file === undefined) return this.#stream(maySee, options => exportText(pieces, options));
      reply.header('content-length', file.bytes);
      return this.#stream(maySee, options => exportFile(pieces, file.path, options));
    } catch (error) {
      left();
      if (reply.raw.destroyed) return undefined;
      throw error;
    } finally {
      reply.raw.off('close', left);
    }
  }

  #stream(maySee: () => boolean, make: (options: ExportStreamOptions) => Readable): Readable {
    const stream = make({
      maySee,
      stalledMs: exportLimits.stalledMs,
      onEnd: (outcome, error) => {
        this.#counters.exports--;
        this.#streams.delete(stream);
        if (outcome !== 'whole') this.#counters.exportsBroken++;
        if (outcome === 'failed') this.#parts.log('error', `export: ${faultText(error)}`, 'fault export');
      },
    });
    return stream;
  }
}
