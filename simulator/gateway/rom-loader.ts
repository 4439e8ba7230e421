import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';

/** The chips whose loader is played: what tells them apart (esptool, `targets`). */
const chips = {
  esp32: { magic: 0x00f0_1d83, chipId: undefined, spiBase: 0x3ff4_2000, usr2: 0x24, w0: 0x80 },
  esp32s3: { magic: 0x9, chipId: 9, spiBase: 0x6000_2000, usr2: 0x20, w0: 0x58 },
  esp32c3: { magic: 0x6921_506f, chipId: 5, spiBase: 0x6000_2000, usr2: 0x20, w0: 0x58 },
  esp32c6: { magic: 0x2ce0_806f, chipId: 13, spiBase: 0x6000_3000, usr2: 0x20, w0: 0x58 },
} as const;

export type LoaderChip = keyof typeof chips;

/** Commands of the boot loader in ROM and of the flasher stub (esptool's documentation, "Serial Protocol"). */
const command = {
  flashBegin: 0x02,
  memoryBegin: 0x05,
  memoryEnd: 0x06,
  memoryData: 0x07,
  sync: 0x08,
  writeRegister: 0x09,
  readRegister: 0x0a,
  attachSpi: 0x0d,
  changeBaud: 0x0f,
  deflateBegin: 0x10,
  deflateData: 0x11,
  deflateEnd: 0x12,
  flashMd5: 0x13,
  securityInfo: 0x14,
} as const;

const magicRegister = 0x4000_1000;
const readIdCommand = 0x9f;
/** 4 MB of a maker that no chip knows. */
const flashId = 0x16_4046;

const end = 0xc0;
const escaped = 0xdb;

export interface RomLoaderOptions {
  readonly chip: LoaderChip;
  /** What the board says; every packet ready for the wire. */
  readonly send: (bytes: Uint8Array) => void;
  /** Bytes of data that lie wrong in flash afterwards, as on a bad chip. */
  readonly isFlashBad?: boolean;
}

/** A board in download mode: takes a flasher stub and an image by the serial protocol of Espressif's boot loaders. */
export class RomLoader {
  /** All of its flash; erased where nothing was written. */
  readonly flash = new Uint8Array(4 * 1024 * 1024).fill(0xff);
  isStub = false;
  readonly #options: RomLoaderOptions;
  readonly #registers = new Map<number, number>();
  #packet: number[] | undefined;
  #isEscaped = false;
  #memory: { bytes: number; blocks: number } = { bytes: 0, blocks: 0 };
  #write: { offset: number; bytes: number; deflated: Uint8Array[] } | undefined;

  constructor(options: RomLoaderOptions) {
    this.#options = options;
    this.#registers.set(magicRegister, chips[options.chip].magic);
  }

  /** Bytes of the computer, in any pieces (SLIP, RFC 1055). */
  take(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === end) {
        const packet = this.#packet;
        this.#packet = packet === undefined || packet.length === 0 ? [] : undefined;
        if (packet !== undefined && packet.length > 0) this.#obey(Uint8Array.from(packet));
      } else if (this.#packet !== undefined) {
        if (this.#isEscaped) this.#packet.push(byte === 0xdc ? end : escaped);
        else if (byte !== escaped) this.#packet.push(byte);
        this.#isEscaped = !this.#isEscaped && byte === escaped;
      }
    }
  }

  #obey(packet: Uint8Array): void {
    const view = new DataView(packet.buffer);
    const [direction, code] = packet;
    if (direction !== 0 || code === undefined || packet.length < 8) return;
    const data = packet.subarray(8, 8 + view.getUint16(2, true));
    const word = (index: number): number =>
      new DataView(data.buffer, data.byteOffset).getUint32(4 * index, true);
    switch (code) {
      case command.sync:
        for (let answer = 0; answer < 8; answer++) this.#answer(code, this.isStub ? 0 : 0x2012_0707);
        return;
      case command.readRegister:
        this.#answer(code, this.#registers.get(word(0)) ?? 0);
        return;
      case command.writeRegister:
        this.#setRegister(word(0), word(1));
        this.#answer(code);
        return;
      case command.memoryBegin:
        this.#memory = { bytes: word(0), blocks: word(1) };
        this.#answer(code);
        return;
      case command.memoryData:
        this.#memory.blocks--;
        this.#answer(code, 0, checksum(data.subarray(16)) === view.getUint32(4, true) ? 0 : 7);
        return;
      case command.memoryEnd:
        this.#answer(code);
        this.isStub = true;
        this.#send(new TextEncoder().encode('OHAI'));
        return;
      case command.attachSpi:
      case command.changeBaud:
        this.#answer(code);
        return;
      case command.deflateBegin:
        this.#begin(word(0), word(3), code);
        return;
      case command.deflateData: {
        const block = data.subarray(16);
        const isRight = this.#write !== undefined && checksum(block) === view.getUint32(4, true);
        if (isRight) this.#write?.deflated.push(block.slice());
        this.#answer(code, 0, isRight ? 0 : 7);
        return;
      }
      case command.deflateEnd:
        this.#finish();
        this.#answer(code);
        return;
      case command.flashMd5: {
        // What was sent lies in flash before its sum is asked for, also without an end.
        this.#finish();
        const md5 = createHash('md5')
          .update(this.flash.subarray(word(0), word(0) + word(1)))
          .digest();
        this.#answer(code, 0, 0, this.isStub ? md5 : Buffer.from(md5.toString('hex')));
        return;
      }
      case command.securityInfo: {
        const { chipId } = chips[this.#options.chip];
        if (chipId === undefined) break;
        const info = new Uint8Array(20);
        info[12] = chipId;
        this.#answer(code, 0, 0, info);
        return;
      }
    }
    // The ROM refuses what it does not know with 5, "invalid message".
    this.#answer(code, 0, 5);
  }

  /** The computer reads the flash's id through the registers of the SPI peripheral. */
  #setRegister(register: number, value: number): void {
    const { spiBase, usr2, w0 } = chips[this.#options.chip];
    if (register !== spiBase) {
      this.#registers.set(register, value);
      return;
    }
    const asked = (this.#registers.get(spiBase + usr2) ?? 0) & 0xff;
    this.#registers.set(spiBase + w0, asked === readIdCommand ? flashId : 0);
  }

  #begin(bytes: number, offset: number, code: number): void {
    this.#finish();
    const isInside = offset + bytes <= this.flash.length;
    if (isInside) this.#write = { offset, bytes, deflated: [] };
    this.#answer(code, 0, isInside ? 0 : 6);
  }

  #finish(): void {
    const write = this.#write;
    this.#write = undefined;
    if (write === undefined || write.deflated.length === 0) return;
    const bytes = inflateSync(Buffer.concat(write.deflated));
    const block = 4096;
    const first = Math.floor(write.offset / block) * block;
    this.flash.fill(0xff, first, Math.ceil((write.offset + bytes.length) / block) * block);
    this.flash.set(bytes, write.offset);
    const middle = write.offset + (bytes.length >> 1);
    if (this.#options.isFlashBad === true) this.flash[middle] = (this.flash[middle] ?? 0) ^ 0x01;
  }

  #answer(code: number, value = 0, error = 0, body: Uint8Array = new Uint8Array()): void {
    const answer = new Uint8Array(10 + body.length);
    const view = new DataView(answer.buffer);
    answer.set([1, code]);
    view.setUint16(2, body.length + 2, true);
    view.setUint32(4, value, true);
    answer.set(body, 8);
    answer.set([error === 0 ? 0 : 1, error], 8 + body.length);
    this.#send(answer);
  }

  #send(packet: Uint8Array): void {
    const out: number[] = [end];
    for (const byte of packet) {
      if (byte === end) out.push(escaped, 0xdc);
      else if (byte === escaped) out.push(escaped, 0xdd);
      else out.push(byte);
    }
    out.push(end);
    this.#options.send(Uint8Array.from(out));
  }
}

const checksum = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0xef);
