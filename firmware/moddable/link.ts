/** A stream of bytes to a server: TCP, or TLS over it. */
export interface Link {
  /** False where more waits than may, and nothing of it is sent. */
  write(bytes: Uint8Array): boolean;
  /** Nothing is told afterwards. What was written goes out where there is room for it at once. */
  close(): void;
}

export interface LinkHandlers {
  readonly onOpen: () => void;
  /** Valid during the call only. */
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Once; the link is closed. */
  readonly onClosed: (why: string) => void;
}
