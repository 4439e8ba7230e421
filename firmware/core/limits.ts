import { deepFreeze } from './freeze.ts';

/** Every bound of the system, in one place. What goes past one is refused or dropped, and counted. */
export const limits = deepFreeze({
  mqttPacketUpBytes: 64 * 1024,
  mqttPacketDownBytes: 16 * 1024,
  recordBytes: 4 * 1024,
  recordsPerMessage: 500,
  metersPerGateway: 32,
  linesPerGateway: 8,
  seriesPerMeter: 128,
  smlTelegramBytes: 4 * 1024,
  smlNesting: 8,
  smlListElements: 128,
  modbusAduBytes: 256,
  modbusRegistersPerRead: 125,
  journalRamBytes: 64 * 1024,
  journalFlashBytes: 512 * 1024,
  settingsBytes: 16 * 1024,
  jsonNesting: 16,
  nameCharacters: 64,
  faultCharacters: 256,
  windowMinS: 1,
  windowMaxS: 15 * 60,
  undatedWindows: 128,
  undatedBytes: 32 * 1024,
  httpBodyBytes: 1024 * 1024,
} as const);
