//! The keywords of `sshd_config(5)` as OpenSSH 9 spells them.

/// A keyword as the manual spells it; one that the manual does not know, as written.
pub(super) fn canonical(keyword: &str) -> &str {
    let known = KEYWORDS.iter().chain(ADDING_UP);
    let mut same = known.filter(|known| known.eq_ignore_ascii_case(keyword));
    same.next().copied().unwrap_or(keyword)
}

/// Whether a keyword that is set again adds to what was set before.
pub(super) fn adds_up(keyword: &str) -> bool {
    ADDING_UP.contains(&keyword)
}

static ADDING_UP: &[&str] = &[
    "AcceptEnv",
    "AllowGroups",
    "AllowUsers",
    "DenyGroups",
    "DenyUsers",
    "HostCertificate",
    "HostKey",
    "Include",
    "ListenAddress",
    "LogVerbose",
    "PerSourcePenaltyExemptList",
    "PermitListen",
    "PermitOpen",
    "Port",
    "SetEnv",
    "Subsystem",
];

static KEYWORDS: &[&str] = &[
    "AddressFamily",
    "AllowAgentForwarding",
    "AllowStreamLocalForwarding",
    "AllowTcpForwarding",
    "AuthenticationMethods",
    "AuthorizedKeysCommand",
    "AuthorizedKeysCommandUser",
    "AuthorizedKeysFile",
    "AuthorizedPrincipalsCommand",
    "AuthorizedPrincipalsCommandUser",
    "AuthorizedPrincipalsFile",
    "Banner",
    "CASignatureAlgorithms",
    "ChallengeResponseAuthentication",
    "ChannelTimeout",
    "ChrootDirectory",
    "Ciphers",
    "ClientAliveCountMax",
    "ClientAliveInterval",
    "Compression",
    "DebianBanner",
    "DisableForwarding",
    "ExposeAuthInfo",
    "FingerprintHash",
    "ForceCommand",
    "GSSAPIAuthentication",
    "GSSAPICleanupCredentials",
    "GSSAPIKeyExchange",
    "GSSAPIStoreCredentialsOnRekey",
    "GSSAPIStrictAcceptorCheck",
    "GatewayPorts",
    "HostKeyAgent",
    "HostKeyAlgorithms",
    "HostbasedAcceptedAlgorithms",
    "HostbasedAuthentication",
    "HostbasedUsesNameFromPacketOnly",
    "IPQoS",
    "IgnoreRhosts",
    "IgnoreUserKnownHosts",
    "KbdInteractiveAuthentication",
    "KerberosAuthentication",
    "KerberosGetAFSToken",
    "KerberosOrLocalPasswd",
    "KerberosTicketCleanup",
    "KexAlgorithms",
    "LogLevel",
    "LoginGraceTime",
    "MACs",
    "Match",
    "MaxAuthTries",
    "MaxSessions",
    "MaxStartups",
    "ModuliFile",
    "PAMServiceName",
    "PasswordAuthentication",
    "PerSourceMaxStartups",
    "PerSourceNetBlockSize",
    "PerSourcePenalties",
    "PermitEmptyPasswords",
    "PermitRootLogin",
    "PermitTTY",
    "PermitTunnel",
    "PermitUserEnvironment",
    "PermitUserRC",
    "PidFile",
    "PrintLastLog",
    "PrintMotd",
    "Protocol",
    "PubkeyAcceptedAlgorithms",
    "PubkeyAcceptedKeyTypes",
    "PubkeyAuthOptions",
    "PubkeyAuthentication",
    "RDomain",
    "RefuseConnection",
    "RekeyLimit",
    "RequiredRSASize",
    "RevokedKeys",
    "SecurityKeyProvider",
    "SshdSessionPath",
    "StreamLocalBindMask",
    "StreamLocalBindUnlink",
    "StrictModes",
    "SyslogFacility",
    "TCPKeepAlive",
    "TrustedUserCAKeys",
    "UnusedConnectionTimeout",
    "UseBlacklist",
    "UseDNS",
    "UseLogin",
    "UsePAM",
    "UsePrivilegeSeparation",
    "VersionAddendum",
    "X11DisplayOffset",
    "X11Forwarding",
    "X11UseLocalhost",
    "XAuthLocation",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_have_one_spelling() {
        assert!(KEYWORDS.is_sorted() && ADDING_UP.is_sorted());
        assert_eq!(canonical("PERMITROOTLOGIN"), "PermitRootLogin");
        assert_eq!(canonical("macs"), "MACs");
        assert_eq!(canonical("NewThing"), "NewThing");
        assert!(adds_up("Port") && !adds_up("UsePAM"));
    }
}
