import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { type FixedRegister, inputsOf, type RegisterMap } from './register-map.ts';

const inputs = inputsOf(eastronSdm630);

/**
 * What an SDM630 says of itself in holding registers. Wall boxes ask 0xFC02 which meter it is (0x0070 for an SDM630) and
 * 0x000A how it is wired (3: three phases, four wires): Tinkerforge/evse-v2-bricklet 16a7ac4 software/src/sdm.c, sdm.h.
 * 0xFC00 is the serial number as 32 bits, 0x001C the line's speed as a float (code 2: 9600 baud): the profile and its source.
 * 0x0014 is the unit as a float: https://manualshive.com/en/manual/eastron/sdm72dm/522602?page=15, of the same family.
 */
export const sdm630Map = (unit: number, serial: number): RegisterMap => ({
  ...inputs,
  holdings: [
    { address: 0x000a, data: float(3) },
    { address: 0x0014, data: float(unit) },
    { address: 0x001c, data: float(2) },
    { address: 0xfc00, data: uint32(serial) },
    { address: 0xfc02, data: Uint8Array.of(0x00, 0x70) },
  ] satisfies FixedRegister[],
});

function float(value: number): Uint8Array {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setFloat32(0, value);
  return data;
}

function uint32(value: number): Uint8Array {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, value);
  return data;
}
