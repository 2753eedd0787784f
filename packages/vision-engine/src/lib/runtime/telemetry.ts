/**
 * Keeps ONNX Runtime to itself. Since 1.29 its official builds for Linux and macOS report every
 * session to Microsoft over the network, and keep an identifier and a database in the home folder
 * and logs in the temporary one. This variable, read when its first session is made, is the only
 * full way out.
 *
 * Has to run in the main thread: the `process.env` of a worker is a copy that native code does
 * not see.
 */
export function disableTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
