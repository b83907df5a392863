"""What fills the plots: each scene watches the studio's subject and runs, and draws its part."""
