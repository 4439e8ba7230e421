import type { FirmwareImage, Gateway } from '../../host/api/contract.ts';
import { compareVersions, versionOf } from './versions.ts';

/** Whether a gateway takes an image: it does where this is `newer`; everything else says why it does not. */
export type Fit = 'newer' | 'same' | 'older' | 'otherChip' | 'otherBoard' | 'unsigned' | 'unknownChip';

type Takes = Pick<Gateway, 'chip' | 'board' | 'firmware'>;

/** How an image fits a gateway, by the gateway's own rules; and by its board, whose pins an image is built for. */
export function fitOf({ chip, board, firmware }: Takes, image: FirmwareImage): Fit {
  if (!image.isOrderable) return 'unsigned';
  if (chip === null) return 'unknownChip';
  if (image.chip !== chip) return 'otherChip';
  if (image.board !== null && board !== null && image.board !== board) return 'otherBoard';
  const order = compareVersions(image.version, versionOf(firmware));
  if (order < 0) return 'older';
  return order === 0 ? 'same' : 'newer';
}

/** What an image is for, and what the gateway has, where they do not fit: of boards or of chips. */
export const fitSides = (
  { chip, board }: Takes,
  image: FirmwareImage,
  fit: Fit,
): readonly [of: string, own: string] =>
  fit === 'otherBoard' ? [image.board ?? '', board ?? ''] : [image.chip, chip ?? ''];

/** Images that a gateway can be sent, in the order of the list. */
export const imagesFor = (gateway: Takes, images: readonly FirmwareImage[]): FirmwareImage[] =>
  images.filter(image => fitOf(gateway, image) === 'newer');

export interface Unfit {
  readonly image: FirmwareImage;
  readonly fit: Exclude<Fit, 'newer'>;
}

/** The others, and why the gateway does not take them. */
export const unfitFor = (gateway: Takes, images: readonly FirmwareImage[]): Unfit[] =>
  images.flatMap(image => {
    const fit = fitOf(gateway, image);
    return fit === 'newer' ? [] : [{ image, fit }];
  });

/** Whether an update is under way. */
export const isUpdating = ({ update }: Pick<Gateway, 'update'>): boolean =>
  update !== null && ['fetching', 'checking', 'restarting', 'onTrial'].includes(update.state);
