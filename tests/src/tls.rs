//! Certificates for servers that speak TLS: an authority of the test's own and a leaf for localhost.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::programs::{find, run};

/// Files of a certificate authority and of the server certificate it signed.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// The authority's certificate, which clients are told to trust.
    pub authority: PathBuf,
    /// The server's certificate, for `localhost` and 127.0.0.1.
    pub certificate: PathBuf,
    /// The server's private key.
    pub key: PathBuf,
}

impl Certificates {
    /// Makes an authority and a server certificate in `folder`.
    pub fn make(folder: &Path) -> Self {
        let authority = folder.join("ca.crt");
        let authority_key = folder.join("ca.key");
        let certificate = folder.join("server.crt");
        let key = folder.join("server.key");
        let request = folder.join("server.csr");
        let names = folder.join("server.ext");
        std::fs::write(&names, "subjectAltName=DNS:localhost,IP:127.0.0.1\n")
            .expect("the folder takes files");
        let openssl = || Command::new(find("openssl", &[]));
        let curve = [
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ];
        run(openssl()
            .args([
                "req",
                "-x509",
                "-days",
                "3650",
                "-subj",
                "/CN=Throwaway authority",
            ])
            .args(curve)
            .arg("-keyout")
            .arg(&authority_key)
            .arg("-out")
            .arg(&authority));
        run(openssl()
            .args(["req", "-subj", "/CN=localhost"])
            .args(curve)
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&request));
        run(openssl()
            .args(["x509", "-req", "-days", "3650", "-CAcreateserial"])
            .arg("-in")
            .arg(&request)
            .arg("-CA")
            .arg(&authority)
            .arg("-CAkey")
            .arg(&authority_key)
            .arg("-extfile")
            .arg(&names)
            .arg("-out")
            .arg(&certificate));
        Self {
            authority,
            certificate,
            key,
        }
    }
}
