/** Where the events are; all else of the server is the page itself. */
export const EVENTS_PATH = '/events';
/** The WebSocket subprotocol; a client has to offer it. Another number when frames change their meaning. */
export const SUBPROTOCOL = 'coordinator.events.v1';
/** Before the token, as a second subprotocol: a page cannot set headers of a WebSocket. Never chosen. */
export const TOKEN_SUBPROTOCOL = 'coordinator.token.';
