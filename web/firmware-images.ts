import type { FirmwareImage, Gateway } from '../host/api/contract.ts';

/** Images that a gateway can be sent: signed, for its chip, and not what it runs. */
export const imagesFor = (
  { chip, firmware }: Pick<Gateway, 'chip' | 'firmware'>,
  images: readonly FirmwareImage[],
): FirmwareImage[] =>
  images.filter(
    image => image.isOrderable && image.chip === chip && image.version !== (firmware ?? '').split(' ')[0],
  );

/** Whether an update is under way. */
export const isUpdating = ({ update }: Pick<Gateway, 'update'>): boolean =>
  update !== null && ['fetching', 'checking', 'restarting', 'onTrial'].includes(update.state);
