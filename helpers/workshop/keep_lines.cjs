// Loaded into configurable-http-proxy before it starts: lines to Unix sockets are kept open, as those to ports are.
//
// Without that each request has a line of its own, which the seat closes behind its answer. When the request had a body,
// Node writes once more, into a line that may be closed by then, and the learner's save ends as "503": see
// github.com/nodejs/node/issues/40553.
"use strict";

const path = require("node:path");
const { ConfigurableProxy } = require(path.resolve(process.argv[1], "../../lib/configproxy.js"));

const options = ConfigurableProxy.prototype.proxyOptsForTarget;
ConfigurableProxy.prototype.proxyOptsForTarget = function (target) {
  return { agent: this.httpAgent, ...options.call(this, target) };
};
