//! An `ssh` of the test's own, which reaches an sshd that it starts itself.

use std::path::Path;
use std::process::Command;

use crate::programs::run;
use crate::scratch::Scratch;

/// An `ssh` for PATH that knows one host, `bastion`, and reaches it through an sshd of its own on a pipe.
#[derive(Debug)]
pub struct Ssh {
    folder: Scratch,
}

impl Ssh {
    /// Makes keys, configurations and the program.
    #[expect(
        clippy::new_without_default,
        reason = "making keys is an act, not a default"
    )]
    pub fn new() -> Self {
        Self::after("")
    }

    /// As [`Self::new`], with lines of shell that run each time before ssh does; `$at` is its folder.
    pub fn after(lines: &str) -> Self {
        let folder = Scratch::new();
        for key in ["host", "user"] {
            run(Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(folder.join(key)));
        }
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a key");
        folder.write("known", format!("bastion {}", read("host.pub")));
        folder.write("allowed", read("user.pub"));
        let at = folder.path().display();
        folder.write(
            "sshd_config",
            format!(
                "HostKey {at}/host\nAuthorizedKeysFile {at}/allowed\nStrictModes no\nUsePAM no\n\
                 PermitRootLogin yes\n"
            ),
        );
        let sshd = Path::new("/usr/sbin/sshd");
        assert!(
            sshd.exists(),
            "install openssh-server: this test needs {}",
            sshd.display()
        );
        // Without its service running, nobody has made the folder that sshd wants as root.
        if nix::unistd::geteuid().is_root() {
            std::fs::create_dir_all("/run/sshd").expect("root may");
        }
        folder.write(
            "config",
            format!(
                "Host bastion\nProxyCommand {} -i -f {at}/sshd_config\nIdentityFile {at}/user\n\
                 IdentitiesOnly yes\nHost *\nUserKnownHostsFile {at}/known\nGlobalKnownHostsFile /dev/null\n",
                sshd.display()
            ),
        );
        let real = run(Command::new("sh").args(["-c", "command -v ssh"]));
        let shim = folder.join("bin").join("ssh");
        std::fs::create_dir(folder.join("bin")).expect("made");
        std::fs::write(
            &shim,
            format!(
                "#!/bin/sh\nat='{at}'\n{lines}\nexec {} -F \"$at\"/config \"$@\"\n",
                real.trim()
            ),
        )
        .expect("written");
        run(Command::new("chmod").arg("+x").arg(shim));
        Self { folder }
    }

    /// Returns the folder of its files: `known` has the keys of the hosts it trusts.
    pub fn folder(&self) -> &Scratch {
        &self.folder
    }

    /// Returns the PATH under which it is found first.
    pub fn path(&self) -> String {
        let path = std::env::var("PATH").unwrap_or_default();
        format!("{}:{path}", self.folder.join("bin").display())
    }
}
