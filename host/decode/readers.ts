import type { ModbusProfile } from '#profiles/profile.ts';
import type { CaptureFormat, CapturePrint, CaptureReader } from './capture.ts';
import { ModbusCapture } from './modbus-capture.ts';
import { SmlCapture } from './sml-capture.ts';
import { TextCapture } from './text-capture.ts';

/** The reader of a format. `profile` says what the registers of a Modbus meter mean. */
export function createReader(
  format: CaptureFormat,
  print: CapturePrint,
  profile: ModbusProfile | undefined,
): CaptureReader {
  if (format === 'modbus') return new ModbusCapture(print, profile);
  return format === 'sml' ? new SmlCapture(print) : new TextCapture(print);
}
