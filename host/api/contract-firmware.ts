import { type Static, Type } from '../typebox.ts';
import { Count, ImageId, Nullable, open } from './contract-parts.ts';

/** A build of the firmware in the host's folder. Only one that is signed can be sent to gateways. */
export const FirmwareImage = Type.Object(
  {
    id: Type.String(),
    version: Type.String(),
    chip: Type.String(),
    board: Nullable(Type.String()),
    imageBytes: Count,
    sha256: Type.String(),
    isSigned: Type.Boolean(),
    isOrderable: Type.Boolean(),
    /** What is flashed by cable, and where to. */
    parts: Type.Array(
      Type.Object({ path: Type.String(), offset: Count, bytes: Count, md5: Type.String() }, open),
    ),
  },
  { ...open, $id: 'FirmwareImage' },
);

/** `folder`: whether one is set. `faults`: manifests that are wrong. */
export const FirmwareList = Type.Object(
  {
    isFolderSet: Type.Boolean(),
    images: Type.Array(FirmwareImage),
    faults: Type.Array(Type.Object({ file: Type.String(), message: Type.String() }, open)),
  },
  open,
);

export const ImagePath = Type.Object({ id: ImageId }, open);

export const ImagePartPath = Type.Object(
  { id: ImageId, part: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'a file' }) },
  open,
);

export const ImageQuery = Type.Object({ key: Type.String({ maxLength: 64 }) }, open);

/** A binary file. */
export const ImageFile = Type.String({ description: 'the file' });

/** An image for one gateway. `isAgain`: also where it runs that version already. */
export const NewUpdate = Type.Object({ image: ImageId, isAgain: Type.Optional(Type.Boolean()) }, open);

export type FirmwareImage = Static<typeof FirmwareImage>;
export type FirmwareList = Static<typeof FirmwareList>;
