/** What a line's master counted since its start. */
export class BusCounts {
  requests = 0;
  retries = 0;
  answers = 0;
  timeouts = 0;
  crcErrors = 0;
  exceptions = 0;
  foreign = 0;
  malformed = 0;
  late = 0;
  echoes = 0;
  noiseBytes = 0;
  bytesIn = 0;
  bytesOut = 0;
}
