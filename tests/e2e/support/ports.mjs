// Ports of this computer.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** A port nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Whether somebody listens on a port. */
export function answers(port) {
  return new Promise((accept) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => (socket.destroy(), accept(true)));
    socket.once("error", () => accept(false));
  });
}
