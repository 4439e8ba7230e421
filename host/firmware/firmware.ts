import type { Ruled } from '#core/rules.ts';
import type { updateOrder } from '#core/wire/life.ts';
import type { Seal } from '../auth/second-factors.ts';
import type { Tables } from '../auth/tables.ts';
import type { HostSettings } from '../settings.ts';
import { type FirmwareImage, Images } from './images.ts';
import { ImageLinks } from './links.ts';

export type UpdateOrder = Ruled<typeof updateOrder>;

/** The images of this host, and what a gateway is told to fetch one. */
export class Firmware {
  readonly images: Images;
  readonly links: ImageLinks;
  /** Where page and API listen; another than the setting's where that is 0. */
  httpPort: number;
  readonly #publicUrl: string | undefined;

  private constructor(settings: HostSettings, links: ImageLinks) {
    this.images = new Images(settings.firmwareFolder);
    this.links = links;
    this.httpPort = settings.httpPort;
    this.#publicUrl = settings.publicUrl;
  }

  static async open(
    settings: HostSettings,
    tables: Tables,
    nowMs: () => number,
    seal?: Seal,
  ): Promise<Firmware> {
    return new Firmware(settings, await ImageLinks.open(tables, nowMs, seal));
  }

  /** @throws Error where the image has no signature. */
  orderOf({ id, manifest }: FirmwareImage, isAgain: boolean): UpdateOrder {
    const { version, chip, board, imageBytes, sha256, signature } = manifest;
    if (signature === undefined) throw new Error(`image ${id} is not signed`);
    const path = this.links.pathOf(id);
    // Without an address of its own the host is where the gateway's broker is.
    const url =
      this.#publicUrl === undefined
        ? `:${this.httpPort}${path}`
        : `${this.#publicUrl.replace(/\/+$/, '')}${path}`;
    const ofBoard = board === undefined ? {} : { board };
    return { version, chip, ...ofBoard, url, imageBytes, sha256, signature, ...(isAgain && { isAgain }) };
  }
}
