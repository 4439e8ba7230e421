import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { FastifyReply } from 'fastify';
import type { Access } from '../auth/access.ts';
import { everySite, roleAt } from '../auth/roles.ts';
import type { FirmwareImage as HostImage } from '../firmware/images.ts';
import { imageFile } from '../firmware/manifest.ts';
import { hostLimits } from '../limits.ts';
import type { ApiCounters } from './api-counters.ts';
import {
  type FirmwareImage,
  FirmwareList,
  ImageFile,
  ImagePartPath,
  ImagePath,
  ImageQuery,
} from './contract.ts';
import { ApiFailure } from './errors.ts';
import type { Api, ApiParts } from './routes.ts';

export function firmwareRoutes(api: Api, { firmware }: ApiParts, counters: ApiCounters): void {
  const tags = ['firmware'];
  const { images, links } = firmware;
  // Gateways are told the port that is really listened on.
  api.addHook('onListen', async () => {
    const address = api.server.address();
    if (typeof address === 'object' && address !== null) firmware.httpPort = address.port;
  });
  const found = async (id: string): Promise<HostImage> => {
    const image = await images.find(id);
    if (image === undefined) throw new ApiFailure('image.unknown', { field: 'id' });
    return image;
  };

  api.get(
    '/api/v1/firmware',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags,
        summary: "The firmware's images that this host has, and what is wrong with others in its folder",
        response: { 200: FirmwareList },
      },
    },
    async ({ access }): Promise<FirmwareList> => {
      const list = await images.list();
      return {
        isFolderSet: images.folder !== undefined,
        images: list.images.map(imageOf),
        // They tell of folders of the host.
        faults: isOfHost(access) ? list.faults.map(fault => ({ ...fault })) : [],
      };
    },
  );

  api.get(
    '/api/v1/firmware/:id/image',
    {
      config: { access: 'key' },
      // Without a session: the key is in the address that a gateway gets with its order.

      exposeHeadRoute: false,
      schema: {
        tags,
        summary: 'The image for a gateway that was told to fetch it, whole or by ranges',
        params: ImagePath,
        querystring: ImageQuery,
        response: { 200: ImageFile, 206: ImageFile },
      },
    },
    async (request, reply) => {
      if (!links.isGood(request.params.id, request.query.key)) throw new ApiFailure('image.key');
      const image = await found(request.params.id);
      const part = image.parts.find(({ path }) => path === imageFile);
      if (part === undefined) throw new ApiFailure('image.unknown', { field: 'id' });
      const tag = `"${image.manifest.sha256}"`;
      reply.header('etag', tag).header('accept-ranges', 'bytes');
      if (request.headers['if-none-match'] === tag) return notModified(reply);
      const { range } = request.headers;
      const asked = range === undefined ? { from: 0, to: part.bytes - 1 } : rangeOf(range, part.bytes);
      if (asked === undefined) {
        reply.header('content-range', `bytes */${part.bytes}`);
        throw new ApiFailure('image.range', {
          message: `The image has ${part.bytes} bytes; bytes=FROM-TO within them is allowed.`,
          field: 'range',
        });
      }
      if (range !== undefined)
        reply.code(206).header('content-range', `bytes ${asked.from}-${asked.to}/${part.bytes}`);
      return send(reply, join(image.folder, imageFile), asked, counters);
    },
  );

  api.get(
    '/api/v1/firmware/:id/parts/:part',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: 'A file to flash by cable',
        params: ImagePartPath,
        response: { 200: ImageFile },
      },
    },
    async (request, reply) => {
      const image = await found(request.params.id);
      const part = image.parts.find(({ path }) => path === request.params.part);
      if (part === undefined) throw new ApiFailure('image.unknown', { field: 'part' });
      return send(reply, join(image.folder, part.path), { from: 0, to: part.bytes - 1 }, counters);
    },
  );
}

const isOfHost = (access: Access | null): boolean => roleAt(access?.roles ?? {}, everySite) !== undefined;

const notModified = (reply: FastifyReply): FastifyReply => reply.code(304).send();

/** A few at once: a gateway asks again in a moment. */
function send(
  reply: FastifyReply,
  path: string,
  { from, to }: { from: number; to: number },
  counters: ApiCounters,
): FastifyReply {
  if (counters.imagesRead >= hostLimits.imagesRead.most) {
    counters.imagesRefused++;
    throw new ApiFailure('image.busy', { retryAfterS: 5 });
  }
  // Throws where there is nothing to read; then nothing is counted that would never end.
  const stream = createReadStream(path, { start: from, end: to });
  counters.imagesRead++;
  stream.once('close', () => {
    counters.imagesRead--;
  });
  return reply
    .type('application/octet-stream')
    .header('content-length', to - from + 1)
    .send(stream);
}

/** One range of RFC 9110 (14.1.2), within the bytes there are; several at once are not served. */
function rangeOf(header: string, bytes: number): { from: number; to: number } | undefined {
  const parts = /^bytes=(\d{1,10})-(\d{0,10})$/.exec(header);
  if (parts === null) return undefined;
  const from = Number(parts[1]);
  const to = parts[2] === '' ? bytes - 1 : Math.min(Number(parts[2]), bytes - 1);
  return from <= to ? { from, to } : undefined;
}

export const imageOf = ({ id, manifest, parts, isOrderable }: HostImage): FirmwareImage => ({
  id,
  version: manifest.version,
  chip: manifest.chip,
  board: manifest.board ?? null,
  imageBytes: manifest.imageBytes,
  sha256: manifest.sha256,
  isSigned: manifest.signature !== undefined,
  isOrderable,
  parts: parts.map(part => ({ ...part })),
});
